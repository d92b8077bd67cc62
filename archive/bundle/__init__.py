"""The dossier: rendering, the BagIt bag, the leak check on the finished bag, and verifying it."""
