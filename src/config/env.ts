/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Those of this process: the one place that reads them. */
export function processEnvironment(): Environment {
  return { ...process.env }
}

/** The way out that the environment names, by the variables that all programs read. */
export function proxyOf(env: Environment): { httpsProxy: string | undefined; noProxy: string | undefined } {
  return { httpsProxy: env['https_proxy'] || env['HTTPS_PROXY'] || undefined, noProxy: env['no_proxy'] || env['NO_PROXY'] || undefined }
}

/** The configuration file: `--config`, then `KEDGE_CONFIG`, then `kedge.yaml` in the current folder. */
export function configFileOf(option: string | undefined, env: Environment): string {
  return option ?? (env['KEDGE_CONFIG'] || 'kedge.yaml')
}

/** Whether somebody has said which file it is; then it has to be there. */
export function isConfigNamed(option: string | undefined, env: Environment): boolean {
  return option !== undefined || Boolean(env['KEDGE_CONFIG'])
}
