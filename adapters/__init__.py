"""The outside: each adapter translates between the coach and one way of reaching people, or keeping things."""
