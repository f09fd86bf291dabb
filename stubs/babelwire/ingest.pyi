from pipeline.ingest import *
