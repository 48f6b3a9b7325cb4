import type { Look } from '../loop/observe.ts'

/** What Argo CD says about an Application that does not come back. */
export function quoteArgoCD(look: Look): string {
  const [application] = look.applications
  if (!application) return 'The revert was merged, but no Application maps to the Rollout any more.'
  const { operation } = application
  const conditions = application.conditions.slice(0, 3).map((condition) => `${condition.type}: ${condition.message}`)
  const parts = [`${application.syncStatus}/${application.health}`, operation?.message, ...conditions].filter(
    (part) => part !== undefined && part !== '',
  )
  const running =
    operation?.phase === 'Running' ? ' A sync is still running and blocks the next one: terminate it, or set syncPolicy.retry.refresh.' : ''
  const manual = application.autoSync ? '' : ' Automated sync is off: sync it by hand.'
  return `The revert was merged, but the version before is not back. Argo CD says: ${parts.join('; ').slice(0, 600)}.${running}${manual}`
}
