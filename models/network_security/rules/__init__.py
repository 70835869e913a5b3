"""Rules over flows: scan, brute force, exfiltration and beaconing, each with its evidence."""
