"""Steps of the analysis of network traffic: read, judge, publish, train."""
