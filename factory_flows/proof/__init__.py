"""What an application was really seen to do, part by part."""
