"""An answer before filing: published entries that fit what somebody is writing."""
