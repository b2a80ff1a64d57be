"""What a night costs as a shop grows, and what others need for the same: `goldseam bench`. No part of a night."""
