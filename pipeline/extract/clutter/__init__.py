"""What is not the article: each module finds one kind of block and marks it or takes it out."""
