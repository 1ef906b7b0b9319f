"""Ways in: command line, REST, webhooks, sign-in, clock. They translate and hold no rule."""
