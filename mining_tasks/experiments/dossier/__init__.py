"""The dossier of a family's night: a page that walks the six phases of CRISP-DM with tonight's facts.

One self-contained HTML file in the home's reports, kept with the family's MLflow run and linked from Airflow. It
holds counts and figures, never a person. What a model's card says under `dossier` is told in the phase it names.
"""
