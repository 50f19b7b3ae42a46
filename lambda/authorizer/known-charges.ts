import type { AccessModel } from '../core/model/model.ts';
import type { Payment } from '../core/quota/bill.ts';
import { type Charge, chargeFor } from '../core/quota/charge.ts';
import { windowAt } from '../core/quota/window.ts';

interface KnownCharge {
  readonly route: string;
  readonly charge: Charge;
  /** Epoch milliseconds between which the charge is the same. */
  readonly from: number;
  readonly until: number;
}

/** A call's charge stays as it is until one of the quota's windows ends. */
export function knownCharges(
  model: AccessModel,
): (payment: Payment, route: string, nowMs: number) => Charge {
  const charges = new WeakMap<Payment, KnownCharge>();
  return (payment, route, nowMs) => {
    const known = charges.get(payment);
    if (known?.route === route && nowMs >= known.from && nowMs < known.until) return known.charge;
    const second = Math.floor(nowMs / 1_000);
    const windows = payment.quota.windows.map(({ per }) => windowAt(per, second));
    const charge = chargeFor(model, payment, route, second);
    charges.set(payment, {
      ...{ route, charge },
      from: Math.max(...windows.map(({ start }) => start)) * 1_000,
      until: Math.min(...windows.map(({ end }) => end)) * 1_000,
    });
    return charge;
  };
}
