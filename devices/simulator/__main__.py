"""`python -m devices.simulator --link PATH`: simulated controllers without Django."""

from devices.simulator.options import parser, serve

serve(parser().parse_args())
