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
  /** How its own folders stand upon each other, where they do. */
  readonly stacks?: readonly Stack[]
}

/** Rooms within a room, from the uppermost down: each may import what stands below it, and nothing that stands above. */
export interface Stack {
  readonly folder: string
  /** All that lies right in the folder: a folder or a file, and what lives there. */
  readonly rooms: Readonly<Record<string, string>>
}

/** What one file, or one folder, of a row may import that the row may not, and why. */
interface Beyond {
  readonly file: string
  readonly imports: readonly string[]
  readonly because: string
}
