"""Lists of cases: filters, pages by place, columns, saved views; what both desks share."""
