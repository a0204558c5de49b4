"""Settings by place: `base` is production; `dev`, `test` and `demo` loosen it."""
