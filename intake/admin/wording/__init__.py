"""Reply templates in the admin: list, writing with a preview, versions."""

from intake.admin.wording.listing import ReplyTemplateAdmin

__all__ = ["ReplyTemplateAdmin"]
