"""The other side of the wire: a proxy that an app talks through, and the place that it reports its traces to."""
