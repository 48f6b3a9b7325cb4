import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Tools } from './build.ts'
import { STATE } from './places.ts'
import type { Ports } from './programs.ts'

/** What the scenarios need to know of the running control plane. */
export interface ControlPlane {
  server: string
  adminToken: string
  caFile: string
  /** Argo CD's API. */
  argocdUrl: string
  ports: Ports
  /** Folders with what was built, by module: kubectl and its plugin are among it. */
  tools: Tools
  /** A Gitea, and the token of an administrator there; absent where it was not built. */
  gitea?: { url: string; adminToken: string }
  versions: Readonly<Record<string, string>>
}

export function saveControlPlane(controlPlane: ControlPlane): void {
  writeFileSync(STATE, JSON.stringify(controlPlane, undefined, 1), { mode: 0o600 })
}

/** @throws Error when there is none */
export function loadControlPlane(): ControlPlane {
  if (!existsSync(STATE)) throw new Error('there is no control plane; start it with npm run e2e:up')
  return JSON.parse(readFileSync(STATE, 'utf8')) as ControlPlane
}
