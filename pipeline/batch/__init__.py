"""From the archive to the datasets: plan (what has to be read), work (read it), assemble and commit (one snapshot of everything)."""
