"""Experiments: the cellar's other half. All of MLflow lives here; models are logged, judged, promoted and loaded."""
