import type { ApplicationAnswer, ApplicationRollout } from '../api/application-contract.ts'
import { useKedge, wordsOf } from './ask.ts'
import { drawPanel } from './draw-panel.ts'
import { drawBlind, drawRollout } from './draw-rollout.ts'
import type { Host, KubeObject, Node, ResourceTabProps, StatusPanelProps } from './host.ts'
import { STYLES } from './look.ts'

/** The components that Argo CD draws. All texts are children of elements, so React escapes them; no markup is made of any. */
export interface Components {
  /** The tab on a Rollout. */
  readonly rolloutTab: (props: ResourceTabProps) => Node
  /** What stands in the bar of an Application. */
  readonly statusPanel: (props: StatusPanelProps) => Node
  /** What opens from there: all Rollouts of the Application. */
  readonly flyout: (props: { readonly application: KubeObject }) => Node
}

/** The components over the globals of Argo CD's page. */
export function createComponents(host: Host): Components {
  const h = host.React.createElement
  const told = (what: string, more: Node): Node => h('div', { style: STYLES.body, role: 'status' }, what, more)

  function all(rollouts: readonly ApplicationRollout[], answer: ApplicationAnswer, none: string): Node {
    if (rollouts.length === 0) return told(none, drawBlind(h, answer))
    const more = rollouts.length > 1 ? answer.total - rollouts.length : 0
    const rest = more > 0 ? `and ${more} more` : null
    return h('div', { style: STYLES.body }, drawBlind(h, answer), ...rollouts.map((one) => drawRollout(h, one)), rest)
  }

  return {
    rolloutTab({ application, resource }) {
      const known = useKedge(host, application)
      if (known.state !== 'answered') return told(wordsOf(known), null)
      const { uid, name, namespace } = resource.metadata ?? {}
      const its = known.answer.rollouts.filter((one) => one.uid === uid)
      return all(its, known.answer, `Kedge does not know the Rollout ${namespace}/${name}.`)
    },
    flyout({ application }) {
      const known = useKedge(host, application)
      if (known.state !== 'answered') return told(wordsOf(known), null)
      return all(known.answer.rollouts, known.answer, 'Kedge knows no Rollout of this Application.')
    },
    statusPanel: ({ application, openFlyout }) => drawPanel(h, useKedge(host, application), openFlyout),
  }
}
