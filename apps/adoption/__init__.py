"""How a product spreads: adopters by period and the forecast of those to come."""
