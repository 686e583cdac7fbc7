"""The front page, one's own page and the desk: they read several features and own nothing."""
