// Whoever writes objects writes distributed actors, and should not have to say so twice.
@_exported public import Distributed
