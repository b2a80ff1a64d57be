"""What people did, written down as a shop's database, a CRM, a desk and dropped files would hold it."""
