import { Option } from 'commander'
import { EXIT, type ExitCode } from '../../domain/exit-code.ts'
import { extensionFor } from '../argocd/extension.ts'
import { ARGOCD_FORMATS, spellFor, type ArgocdFormat } from '../argocd/forms.ts'
import { healthEntries } from '../argocd/health-checks.ts'
import { linkEntries } from '../argocd/links.ts'
import { NOTIFIERS, notificationsFor, type Notifier } from '../argocd/notifications.ts'
import { plainUrl, publicUrlOf } from '../argocd/public-url.ts'
import type { AddCommand, CliContext } from '../context.ts'
import { helpWith } from '../options.ts'

/** `kedge argocd-cm` and its flags. */
export const addArgocdCm: AddCommand = (program, context, settle) => {
  program
    .command('argocd-cm')
    .description(
      "what Argo CD's ConfigMap argocd-cm needs, ready to apply: the health checks, the links to Kedge, its extension, or notifications",
    )
    .addOption(new Option('--format <format>', 'for which way of installing Argo CD').choices([...ARGOCD_FORMATS]).default('configmap'))
    .option('--links', 'the links from Rollouts and Applications to Kedge, instead of the health checks')
    .option('--extension', "the tab and the panel in Argo CD's own pages, instead of the health checks: for configmap and helm")
    .addOption(
      new Option('--notifications <whose>', 'triggers and a template that link to Kedge, for the notifications of one of them').choices([
        ...NOTIFIERS,
      ]),
    )
    .option('--service <url>', "Kedge's API as Argo CD's server reaches it, for --extension", 'http://kedge.kedge.svc:8484')
    .option('--url <url>', 'where people reach Kedge, instead of server.publicUrl')
    .option('-c, --config <file>', 'configuration that has server.publicUrl; KEDGE_CONFIG says it, too, else kedge.yaml')
    .addHelpText(
      'after',
      helpWith([
        'kedge argocd-cm > kedge-health.yaml',
        'kubectl -n argocd patch configmap argocd-cm --type merge --patch-file kedge-health.yaml',
        'kedge argocd-cm --links --url https://kedge.example > kedge-links.yaml',
        'kedge argocd-cm --extension | kubectl -n argocd apply --server-side --field-manager kedge-extension -f -',
      ]),
    )
    .action((options: ArgocdCmOptions) => settle(printArgocdCm(options, context)))
}

/** What is asked for; without `links`, `extension` and `notifications` the health checks of lua-health. */
interface ArgocdCmOptions {
  format: ArgocdFormat
  links?: boolean
  extension?: boolean
  notifications?: Notifier
  service: string
  url?: string
  config?: string
}

/**
 * `kedge argocd-cm`: what goes into Argo CD's ConfigMap argocd-cm, ready to apply: as a ConfigMap to merge, as a kustomize patch, as values
 * for the argo-cd chart of argo-helm, or as a patch of the ArgoCD resource, from which the argocd-operator (OpenShift GitOps) writes that
 * ConfigMap anew again and again.
 * @returns 0 printed
 * @throws KedgeError E_PUBLIC_URL, E_CONFIG_INVALID, E_HTTP_BAD_REQUEST for a format that there is none of
 */
async function printArgocdCm(options: ArgocdCmOptions, { io, env }: Pick<CliContext, 'io' | 'env'>): Promise<ExitCode> {
  const { stringify } = await import('yaml')
  const yaml = (value: unknown): string => stringify(value, { lineWidth: 0 })
  if (options.extension) {
    io.stdout(extensionFor(options.format, plainUrl(options.service), yaml))
    return EXIT.fine
  }
  if (options.notifications) {
    io.stdout(notificationsFor(options.notifications, await publicUrlOf(options, env), yaml))
    return EXIT.fine
  }
  const entries = options.links ? linkEntries(await publicUrlOf(options, env), yaml) : healthEntries()
  io.stdout(spellFor(options.format, entries, yaml))
  return EXIT.fine
}
