import { startGitea } from '../simulator/gitea.ts'
import { startGitHub } from '../simulator/github.ts'
import { startGitLab } from '../simulator/gitlab.ts'
import type { ForgeServer, StartForge } from '../simulator/world.ts'

/** A forge that the story can be told on. */
export interface DemoForge {
  /** As in the configuration. */
  type: string
  /** Its name in sentences. */
  name: string
  start: StartForge<ForgeServer>
  /** The keys that say where it is, in YAML, when its stand-in is at `url`. */
  address(url: string): string
  /** What it calls a pull request. */
  pullName(number: number): string
}

const pullName = (number: number): string => `PR #${number}`

export const GITHUB: DemoForge = {
  type: 'github',
  name: 'GitHub',
  start: startGitHub,
  address: (url) => `apiBaseUrl: "${url}/api/v3"`,
  pullName,
}

const ALL: readonly DemoForge[] = [
  GITHUB,
  { type: 'gitea', name: 'Gitea', start: startGitea, address: (url) => `url: "${url}"`, pullName },
  {
    type: 'gitlab',
    name: 'GitLab',
    start: startGitLab,
    address: (url) => `apiBaseUrl: "${url}/api/v4"`,
    pullName: (number) => `MR !${number}`,
  },
]

/** Every forge by the name that `--forge` takes; the story is told on GitHub without one. */
export const FORGES: ReadonlyMap<string, DemoForge> = new Map(ALL.map((forge) => [forge.type, forge]))
