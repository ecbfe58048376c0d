"""Publishers with settings of their own, and readers of catalogues that are not ours."""
