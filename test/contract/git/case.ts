import type { GitRepository } from '../../../src/ports/git.ts'
import type { Origin } from './origin.ts'

/** A repository under test, and the real one that it is about. */
export interface GitCase {
  origin: Origin
  repository: GitRepository
}
