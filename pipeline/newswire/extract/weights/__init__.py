"""The learnt weights, one file a network; `training/` makes them."""
