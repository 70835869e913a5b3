"""Steps of an analysis of trading: files read, detectors applied, results published."""
