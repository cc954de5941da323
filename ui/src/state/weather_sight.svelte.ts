// What is looked at of a lab's weather pipeline: nothing to choose.
import { type Sight } from "./sight";

declare module "./sight" {
  interface Sights {
    weather: WeatherSight;
  }
}

export class WeatherSight implements Sight {
  readonly offers = {};
  readonly given = {};
}
