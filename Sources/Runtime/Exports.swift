// Whoever writes objects writes distributed actors, and should not have to say so twice.
@_exported public import Distributed
// What requests and responses are made of.
@_exported public import HTTPTypes

// What a class is registered with, what rows hold, and what limits them.
@_exported public import struct RoostStorage.SQLLimits
@_exported public import enum RoostStorage.SQLValue
@_exported public import enum RoostStorage.StorageKind
// What a runtime stands on.
@_exported public import class RoostStorage.Store
