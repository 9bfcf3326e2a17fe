"""What stands before everything Reflex answers itself: proxies, headers, bodies, sockets."""
