"""What the portal's pages cost, measured beside bare floors in the same run (bench/README.md)."""
