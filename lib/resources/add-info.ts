import { Annotations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Something to know of a construct, acknowledged by its id where the release of the CDK can. */
export function addInfo(at: IConstruct, id: string, message: string): void {
  const annotations: Pick<Annotations, 'addInfo'> & Partial<Annotations> = Annotations.of(at);
  if (annotations.addInfoV2) annotations.addInfoV2(id, message);
  else annotations.addInfo(message);
}
