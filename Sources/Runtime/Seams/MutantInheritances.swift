import RoostStorage
import Synchronization

/// What some of the `ProtocolMutations` hand from an instance that was reset to the next one of the object.
///
/// Without those mutations the methods do nothing.
final class MutantInheritances: Sendable {
    private struct Kept: @unchecked Sendable {
        // Handed over whole: the instance that made it has lost its storage by then.
        let layer: ObjectBuffer.Layer
        let pages: PageLayer
    }

    private let kept = Mutex<[ObjectID: Kept]>([:])
    private let instances = Mutex<[ObjectID: any DurableObject]>([:])

    func leave(_ buffer: ObjectBuffer, of object: ObjectAddress, _ mutations: ProtocolMutations) {
        guard !mutations.isDisjoint(with: [.resetKeepsBuffer, .resetKeepsPages]) else { return }
        let left = Kept(layer: buffer.layer, pages: buffer.pages)
        kept.withLock { $0[object.id.raw] = left }
    }

    func take(_ object: ObjectAddress, _ mutations: ProtocolMutations, into buffer: ObjectBuffer) {
        guard !mutations.isDisjoint(with: [.resetKeepsBuffer, .resetKeepsPages]) else { return }
        guard let left = kept.withLock({ $0.removeValue(forKey: object.id.raw) }) else { return }
        if mutations.contains(.resetKeepsBuffer) { buffer.begin(with: left.layer) }
        if mutations.contains(.resetKeepsPages) { buffer.pages = left.pages }
    }

    func leave(_ instance: (any DurableObject)?, of object: ObjectAddress, _ mutations: ProtocolMutations) {
        guard mutations.contains(.resetKeepsInstance), let instance else { return }
        instances.withLock { $0[object.id.raw] = instance }
    }

    func take(_ object: ObjectAddress, _ mutations: ProtocolMutations) -> (any DurableObject)? {
        guard mutations.contains(.resetKeepsInstance) else { return nil }
        return instances.withLock { $0.removeValue(forKey: object.id.raw) }
    }
}
