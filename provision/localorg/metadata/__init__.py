"""The Metadata API of the local org: packages in, components checked and kept, files out.

Shares nothing with the client's own metadata code, so that a misunderstanding made there cannot agree with itself here.
"""
