/** What goes wrong where alerts are asked for. */
export const ALERT_ERRORS = {
  E_ALERTS_UNREACHABLE: {
    retryable: true,
    advice:
      'Nothing to do unless it lasts: Kedge asks again, and until then no alert makes a failed release, and none counts as over. Check ' +
      '`alerts.sources`, the network path to the server and its token; `kedge doctor` asks it, too.',
  },
} as const
