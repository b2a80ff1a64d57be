"""Views over the truth and over what our tables hold, in the same words: one SQL file each, named as the view."""
