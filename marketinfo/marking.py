"""Found words shown in a title or in an excerpt, as HTML."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from marketinfo import prose
from marketinfo.entry import Entry
from search import marking

EXCERPT = 160


def marked(words: str, query: str) -> SafeString:
    """The words, escaped, with what the query found inside `<mark>`."""
    pieces = marking.highlight(words, query) if query else [(words, False)]
    shown = (
        format_html("<mark>{}</mark>", piece) if found else conditional_escape(piece)
        for piece, found in pieces
    )
    return mark_safe("".join(shown))  # noqa: S308 - every piece is escaped above


def excerpt(entry: Entry, query: str) -> SafeString:
    """The summary, or the place in the text that answers the query where the summary does not."""
    summary = prose.plain(entry.summary)
    if not query or _found(summary, query):
        return marked(summary, query)
    around = marking.excerpt(prose.plain(entry.running_text()), query, EXCERPT)
    return marked(around if _found(around, query) else summary, query)


def _found(words: str, query: str) -> bool:
    return any(found for _piece, found in marking.highlight(words, query))
