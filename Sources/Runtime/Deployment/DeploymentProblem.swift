/// Why a deployment cannot be brought into a store, and what to do about it.
public struct DeploymentProblem: Error, Sendable, Hashable {
    /// What kind of problem it is, for code to decide on.
    public let code: Code

    /// What is wrong.
    public let message: String

    /// What to do about it.
    public let fix: String

    /// The script it concerns.
    public let script: String

    /// The class it concerns, if it is about one.
    public let className: String?

    /// Where the cause is written, if it is written anywhere.
    public let location: DeploymentLocation?

    /// Other scripts whose bindings stand in the way.
    public let referencingScripts: [String]

    init(
        _ code: Code,
        _ message: String,
        fix: String,
        script: String,
        className: String? = nil,
        location: DeploymentLocation? = nil,
        referencingScripts: [String] = []
    ) {
        self.code = code
        self.message = message
        self.fix = fix
        self.script = script
        self.className = className
        self.location = location
        self.referencingScripts = referencingScripts
    }
}

extension DeploymentProblem: CustomStringConvertible {
    /// The place, what is wrong, and what to do.
    public var description: String {
        let place = location.map { "\($0): " } ?? ""
        return "\(place)\(message)\n  Fix: \(fix)"
    }
}

extension DeploymentProblem {
    /// The kinds of problems.
    ///
    /// Those that the origin names too have the origin's names. New ones may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The code's stable name.
        public let description: String

        init(_ description: String) { self.description = description }

        // Tags.

        /// The store was written by a newer program, or migrated further than the configuration goes.
        public static let storeIsNewer = Code("store_is_newer")
        /// A tag that was applied says something else now.
        public static let tagEdited = Code("tag_edited")
        /// A tag that was applied is gone.
        public static let tagRemoved = Code("tag_removed")
        /// Tags that were applied stand in another order now.
        public static let tagsReordered = Code("tags_reordered")
        /// A new tag stands before one that was applied.
        public static let tagInserted = Code("tag_inserted")
        /// Two migrations have the same tag.
        public static let tagDuplicated = Code("tag_duplicated")
        /// A migration has an empty tag.
        public static let tagEmpty = Code("tag_empty")

        // Changes.

        /// A change concerns a class that does not exist.
        public static let classMissing = Code("class_missing")
        /// A class would begin that exists already.
        public static let classExists = Code("class_exists")
        /// A rename or a transfer would land on a class that exists.
        public static let targetOccupied = Code("target_occupied")
        /// A transfer names a script that nobody knows.
        public static let sourceScriptMissing = Code("source_script_missing")
        /// The name of a class is empty, too long, or contains a zero byte.
        public static let classNameInvalid = Code("class_name_invalid")
        /// A class has SQL storage already.
        public static let alreadySQL = Code("already_sqlite")

        // Scripts and bindings.

        /// Two configurations have the same name.
        public static let scriptDuplicated = Code("script_duplicated")
        /// Two bindings of one script have the same name.
        public static let bindingsDisagree = Code("bindings_disagree")
        /// A class is bound but was never created.
        public static let classNeverCreated = Code("class_never_created")
        /// A binding was left on a class that was deleted.
        public static let bindingToDeletedClass = Code("binding_to_deleted_class")
        /// A binding was left on the old name or place of a class.
        public static let bindingToMovedClass = Code("binding_to_moved_class")
        /// The program uses SQL in a class that has keys and values only.
        public static let sqlWithoutStorage = Code("sql_without_storage")
        /// The program does not have a class that is declared.
        public static let classNotCompiled = Code("class_not_compiled")

        // The `exports` map.

        /// The script moved from `migrations` to `exports` and cannot go back.
        public static let exportsAreFinal = Code("exports_are_final")
        /// A class of the store has no entry.
        public static let classMissingFromConfig = Code("provisioned_class_missing_from_config")
        /// An entry names a class that the program does not have.
        public static let classNotInCode = Code("config_references_nonexistent_class")
        /// SQL storage cannot become key-value storage.
        public static let storageTypeMismatch = Code("storage_type_mismatch")
        /// A class to be deleted is still in the program.
        public static let deletedClassInCode = Code("tombstone_delete_class_still_in_code")
        /// A class to be deleted is still bound by other scripts.
        public static let deletedClassBound = Code("tombstone_delete_blocked_by_external_bindings")
        /// The new name of a class is taken.
        public static let renamedToOccupied = Code("tombstone_renamed_to_occupied")
        /// The new name of a class has no live entry.
        public static let renamedToUndeclared = Code("tombstone_renamed_to_undeclared")
        /// The receiving script does not expect the class.
        public static let pendingNotFound = Code("transferred_pending_not_found")
        /// The receiving script is unknown.
        public static let transferTargetMissing = Code("transferred_target_missing")
        /// The receiving script expects the class from somewhere else.
        public static let transferTargetMismatch = Code("transferred_target_mismatch")
        /// The giving script is unknown.
        public static let transferSourceMissing = Code("phase_one_transfer_source_missing")
        /// The giving script does not have the class.
        public static let transferSourceClassMissing = Code("phase_one_transfer_source_namespace_missing")
        /// The receiving script has a class of that name already.
        public static let transferTargetExists = Code("phase_one_transfer_target_class_provisioned")
        /// The class is expected from another script already.
        public static let transferDuplicate = Code("phase_one_transfer_duplicate")
        /// A class would begin empty whose objects are still to come from another script.
        public static let transferStillPending = Code("transfer_still_pending")
    }
}
