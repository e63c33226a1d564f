import RoostStorage
import Synchronization

/// What two of the `ProtocolMutations` hand from an instance that was reset to the next one of the object.
///
/// Without those mutations both methods do nothing.
final class MutantInheritances: Sendable {
    private struct Kept: @unchecked Sendable {
        // Handed over whole: the instance that made it has lost its storage by then.
        let layer: ObjectBuffer.Layer
        let pages: PageLayer
    }

    private let kept = Mutex<[ObjectID: Kept]>([:])

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
}
