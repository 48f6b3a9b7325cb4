import { readFileSync } from 'node:fs'
import { HEALTH_KINDS } from '../../domain/health/kinds.ts'
import type { ArgocdEntries } from './forms.ts'

const LUA_HEALTH = new URL('../../../lua-health/argoproj.io/', import.meta.url)

/**
 * The health checks of lua-health. One key a kind: argo-cd `util/settings/settings.go` takes `<group>_<Kind>` with exactly one underscore.
 */
export function healthEntries(): ArgocdEntries {
  const scripts = HEALTH_KINDS.map((kind) => ({ kind, script: readFileSync(new URL(`${kind}/health.lua`, LUA_HEALTH), 'utf8') }))
  return {
    cm: Object.fromEntries(scripts.map(({ kind, script }) => [`resource.customizations.health.argoproj.io_${kind}`, script])),
    operator: { resourceHealthChecks: scripts.map(({ kind, script }) => ({ group: 'argoproj.io', kind, check: script })) },
    operatorNote: 'A merge replaces the whole list: checks that stand in spec.resourceHealthChecks already belong in here, too.',
  }
}
