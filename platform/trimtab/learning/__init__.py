"""Learning: data sets, candidates, training, evaluation and serving of language models; no web."""
