"""AWS's wire formats: one file each."""
