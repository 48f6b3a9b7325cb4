/** Whose notifications engine is meant: the controller of Argo Rollouts has one, and Argo CD has a controller of its own for it. */
export const NOTIFIERS = ['argo-cd', 'argo-rollouts'] as const
export type Notifier = (typeof NOTIFIERS)[number]

type Yaml = (value: unknown) => string

/**
 * Triggers and one template for the notifications engine, which lead to Kedge, as a ConfigMap to merge. The template says only names and
 * states, of which Kubernetes lets nobody make markup; what goes into JSON and into an address is escaped by the engine's own functions
 * (text/template and sprig), and no message of a controller is passed on.
 * @param url where people reach Kedge, without a slash at the end
 */
export function notificationsFor(notifier: Notifier, url: string, yaml: Yaml): string {
  const { name, namespace, data, note } = notifier === 'argo-cd' ? ofArgocd(url, yaml) : ofRollouts(url, yaml)
  const head = `# kubectl -n ${namespace} patch configmap ${name} --type merge --patch-file THIS_FILE\n${note}`
  return `${head}${yaml({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })}`
}

interface Printed {
  name: string
  namespace: string
  data: Readonly<Record<string, string>>
  note: string
}

const WHAT = 'What Git asks for, what serves, and the revert'
const RED = '#E01E5A'

/**
 * By their triggers. The controller sends before it has written what it tells of, so the state is in no field that a template could read.
 */
const EVENTS = [
  { event: 'rollout-aborted', words: 'was aborted', colour: RED },
  { event: 'rollout-paused', words: 'is paused', colour: '#766F94' },
  { event: 'rollout-completed', words: 'is completed', colour: '#18BE94' },
] as const

/** The reason of the controller's event is the name of the trigger (argo-rollouts `utils/record/record.go`). */
function ofRollouts(url: string, yaml: Yaml): Printed {
  const who = '{{.rollout.metadata.namespace}}/{{.rollout.metadata.name}}'
  const link = `${url}/find?rollout={{ .rollout.metadata.uid | urlquery }}`
  const body = '{"rollout": {{ .rollout.metadata.name | toJson }}, "rolloutNamespace": {{ .rollout.metadata.namespace | toJson }}}'
  const entries = EVENTS.flatMap(({ event, words, colour }): [string, string][] => {
    const template = {
      message: `Rollout ${who} ${words}. ${WHAT}: ${link}`,
      email: { subject: `Rollout ${who} ${words}` },
      slack: { attachments: attachment('rollout', link, colour) },
      webhook: { kedge: { method: 'POST', body } },
    }
    return [
      [`trigger.on-${event}`, yaml([{ send: [`kedge-${event}`] }])],
      [`template.kedge-${event}`, yaml(template)],
    ]
  })
  return {
    name: 'argo-rollouts-notification-configmap',
    namespace: 'argo-rollouts',
    note:
      '# A trigger is one text, and is replaced: templates that it sends already belong in its "send", too.\n' +
      '# Subscribe by an annotation of the Rollout: notifications.argoproj.io/subscribe.on-rollout-aborted.slack: CHANNEL\n',
    data: Object.fromEntries(entries),
  }
}

function ofArgocd(url: string, yaml: Yaml): Printed {
  const who = '{{.app.metadata.namespace}}/{{.app.metadata.name}}'
  const link = `${url}/find?application={{ .app.metadata.namespace | urlquery }}%2F{{ .app.metadata.name | urlquery }}`
  const template = {
    message: `Application ${who} is {{.app.status.health.status}}. ${WHAT}: ${link}`,
    email: { subject: `Application ${who} is {{.app.status.health.status}}` },
    slack: { attachments: attachment('app', link, RED) },
    webhook: {
      kedge: {
        method: 'POST',
        body: '{"application": {{ .app.metadata.name | toJson }}, "applicationNamespace": {{ .app.metadata.namespace | toJson }}}',
      },
    },
  }
  const when =
    'app.status?.health?.status == "Degraded" && any(app.status?.resources ?? [], {.kind == "Rollout" && .group == "argoproj.io"})'
  return {
    name: 'argocd-notifications-cm',
    namespace: 'argocd',
    note: '# Subscribe by an annotation of the Application: notifications.argoproj.io/subscribe.on-kedge-rollout-degraded.slack: CHANNEL\n',
    data: {
      'trigger.on-kedge-rollout-degraded': yaml([
        { when, oncePer: 'app.status?.operationState?.syncResult?.revision', send: ['kedge-application'] },
      ]),
      'template.kedge-application': yaml(template),
    },
  }
}

/** For Slack. `of`: what the template calls the object; `link`: a template. */
function attachment(of: 'rollout' | 'app', link: string, colour: string): string {
  const title = `printf "%s/%s" .${of}.metadata.namespace .${of}.metadata.name | toJson`
  return `[{"title": {{ ${title} }}, "title_link": "${link}", "text": "${WHAT}", "color": "${colour}"}]\n`
}
