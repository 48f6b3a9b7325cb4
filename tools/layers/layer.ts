/** A row of the table of layers: a room, and what it may import. */
export interface Layer {
  /** A folder, or one file that is a room by itself, from the project's root. */
  readonly folder: string
  /** What lives there, in words for a newcomer. */
  readonly holds: string
  /** Folders (or files) of the project that it may import. */
  readonly imports: readonly string[]
  /** Folders of which it may import types and nothing that runs. */
  readonly types?: readonly string[]
  /** Packages by name, Node's own as `node:<module>`. */
  readonly packages: readonly string[]
  /** Single files that may import more, each with its reason. */
  readonly beyond?: readonly Beyond[]
}

/** What one file, or one folder, of a row may import that the row may not, and why. */
interface Beyond {
  readonly file: string
  readonly imports: readonly string[]
  readonly because: string
}
